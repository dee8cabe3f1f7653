"""The kinds of flow nodes, as task specs of the library."""
