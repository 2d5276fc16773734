"""What is learned from conversations: use of articles and topics, and questions that were not understood."""
