# Cronbach's alpha with Feldt's interval, and six intraclass correlations (mean squares by aov), by
# psych; McDonald's omega by lavaan.
source("shared.R")
suppressMessages({library(psych); library(lavaan)})
set.seed(20261126)

# Personality items with gaps, the first turned; two raters of rows apart by a constant; items
# with little in common, of unlike spread.
personality <- head(bfi[c("A1", "A2", "A3", "A4", "A5")], 300)
personality$A1 <- 7 - personality$A1
able <- rnorm(25)
strict <- data.frame(r1 = round(able + rnorm(25, 0, .5), 2), r2 = round(able + 1 + rnorm(25, 0, .5), 2))
apart <- data.frame(sapply(c(i1 = 1, i2 = 4, i3 = .3, i4 = 2), function(s) {
  round(s * (.15 * able + rnorm(25)), 3)
}))
# One item that is nearly the factor itself; nine tests of three abilities.
g <- rnorm(150)
heavy <- data.frame(lapply(c(i1 = .97, i2 = .35, i3 = .3, i4 = .25), function(l) {
  round(3 * (l * g + sqrt(1 - l^2) * rnorm(150)), 3)
}))
three <- HolzingerSwineford1939[paste0("x", 1:9)]
sets <- list(
  reliability_gaps = personality, reliability_strict = strict, reliability_apart = apart,
  reliability_attitude = attitude, reliability_heavy = heavy, reliability_three = three
)

cronbach <- function(d) {
  d <- na.omit(d)
  a <- suppressWarnings(suppressMessages(alpha(d, warnings = FALSE)$total$raw_alpha))
  bounds <- alpha.ci(a, nrow(d), ncol(d))
  list(coefficient = a, low = bounds$lower.ci, high = bounds$upper.ci)
}
forms <- c("1,1" = "ICC1", "A,1" = "ICC2", "C,1" = "ICC3", "1,k" = "ICC1k", "A,k" = "ICC2k", "C,k" = "ICC3k")
intraclass <- function(d, form) {
  results <- suppressMessages(ICC(na.omit(d), lmer = FALSE)$results)
  r <- results[results$type == forms[[form]], ]
  list(coefficient = r$ICC, low = r[["lower bound"]], high = r[["upper bound"]])
}

omega <- function(d) {
  d <- na.omit(d)
  items <- names(d)
  sum_of <- function(prefix) paste0(prefix, seq_along(items), collapse = " + ")
  fit <- suppressWarnings(cfa(c(
    paste0("f =~ NA*", items[1], " + ", paste0("l", seq_along(items), "*", items, collapse = " + ")),
    "f ~~ 1*f",
    paste0(items, " ~~ t", seq_along(items), "*", items),
    sprintf("omega := (%s)^2 / ((%s)^2 + %s)", sum_of("l"), sum_of("l"), sum_of("t"))
  ), d))
  all <- parameterEstimates(fit)
  w <- all[all$lhs == "omega", ]
  loadings <- all$est[all$op == "=~"]
  total <- var(rowSums(d)) * (nrow(d) - 1) / nrow(d)
  m <- fitMeasures(fit)
  list(
    coefficient = w$est, se = w$se, low = w$ci.lower, high = w$ci.upper,
    observed = sum(loadings)^2 / total, loadings = loadings, chisq = m[["chisq"]],
    df = m[["df"]], p = m[["pvalue"]], rmsea = m[["rmsea"]],
    heywood = I(all$lhs[all$lhs == all$rhs & all$est < 0])
  )
}

for (name in names(sets)) {
  d <- sets[[name]]
  write.csv(d, here("data", paste0(name, ".csv")), row.names = FALSE, na = "")
  used <- list(n = nrow(na.omit(d)), k = ncol(d), left_out = nrow(d) - nrow(na.omit(d)))
  cases <- list(list(
    call = "cronbach_alpha", arguments = list(items = names(d)), value = c(cronbach(d), used)
  ))
  for (form in names(forms)) cases <- c(cases, list(list(
    call = "icc", arguments = list(raters = names(d), form = form),
    value = c(intraclass(d, form), used)
  )))
  if (!name %in% c("reliability_strict", "reliability_apart")) cases <- c(cases, list(list(
    call = "mcdonald_omega", arguments = list(items = names(d)),
    value = c(omega(d), used),
    rtol = 1e-5, why = "both sides stop an optimiser"
  )))
  write_expected(
    name, paste0(name, ".csv"), cases, c("psych", "lavaan"), generator = "reliability"
  )
}
