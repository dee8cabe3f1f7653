"""People and organisations: who there is, what they may do, from invitation to closing."""
