"""Models, forms and decisions come in: read, judged, checked against each other, kept as versions."""
