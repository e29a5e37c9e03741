"""Own fields: what a project keeps of people and organisations beside what Kring asks."""
