"""Intake: documents as a council office has them, read into lines (`reading`) and understood (`understanding`)."""
