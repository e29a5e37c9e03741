"""What must reach a person: templates, batches, the outbox and its delivery."""
