# Quantiles of Student's t.
source("shared.R")
grid <- read.csv(here("data", "quantiles.csv"))
cases <- lapply(seq_len(nrow(grid)), function(i) list(
  call = "t_quantile", arguments = list(p = grid$p[i], df = grid$df[i]),
  value = qt(grid$p[i], grid$df[i])
))
write_expected("quantiles", "quantiles.csv", cases)
