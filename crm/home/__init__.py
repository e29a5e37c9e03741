"""Start pages, language and theme: reads every feature, owned by none."""
