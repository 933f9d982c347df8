"""What does not go as it should, and people should know: each thing once as long as it lasts."""
