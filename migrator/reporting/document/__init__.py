"""A report as a file: one page of HTML, or Markdown, with all that there is to say of a run."""
