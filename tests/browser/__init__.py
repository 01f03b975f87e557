"""Pages in a real Chromium: what a person sees, with the keyboard, in the dark, in a narrow window."""
