"""What is owed to suppliers: leads given back, monthly statements, what their lists are worth."""
