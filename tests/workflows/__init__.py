"""Tests of the diagrams and forms that process owners edit."""
