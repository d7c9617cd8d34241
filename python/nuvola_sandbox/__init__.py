"""What runs beside the student's Python in a sandbox worker."""
