"""Makes the reader's network: sources → examples → network → train → export → measure. Torch is imported only here."""
