"""The work of people: tasks taken, changed and completed, their forms and files."""
