"""What a submission is worth: the checks run here, on copies of what the student's code gives."""
