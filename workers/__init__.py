"""What runs in a pod: the dramatiq actor that migrates claimed nodes."""
