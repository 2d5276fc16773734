"""Components of the pipeline that config.yml names."""
