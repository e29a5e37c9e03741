"""What the network says of itself to the rest: references, steps, ties and mail."""
