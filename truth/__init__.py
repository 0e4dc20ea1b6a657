"""How true the program's word is, measured on real pages read where they lie."""
