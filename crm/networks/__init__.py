"""Networks: ties between stakeholders, their measures and their picture."""
