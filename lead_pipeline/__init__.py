"""lead_pipeline: lists of sales leads in, clean and callable leads out, every row accounted for."""
