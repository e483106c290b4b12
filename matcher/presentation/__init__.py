"""Rankings as people and machines read them: JSON, terminal, Excel. No rule and no score is computed here."""
