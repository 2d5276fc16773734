"""What the service has to keep: targets for answers and solutions, and what agents promised; kept, or missed and recorded."""
