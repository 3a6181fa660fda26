"""The application: from a verified request to a delivered answer, and to a person when one is needed."""
