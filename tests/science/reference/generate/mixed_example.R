# The mixed models that the literature fits to sessions of dyads, on the example data, by lme4 with
# its own settings: what a session's alliance does to the next session's symptom, how the symptom
# goes from its first value on, and how much of the alliance lies between therapists and clients.
source("shared.R")
suppressMessages(library(lme4))

d <- read.csv(file.path("..", "..", "..", "..", "examples", "sim_dyads_sessions.csv"))
d <- d[order(d$dyad, d$session), c("dyad", "therapist", "session", "alliance_client", "symptom")]
before <- function(x) ave(x, d$dyad, FUN = function(own) c(NA, head(own, -1)))
d$alliance_mean <- ave(d$alliance_client, d$dyad)
d$alliance_before <- before(d$alliance_client - d$alliance_mean)
d$symptom_before <- before(d$symptom)
d$symptom_first <- ave(d$symptom, d$dyad, FUN = function(own) own[1])
d$symptom_after <- ifelse(d$session == 1, NA, d$symptom)
write.csv(d, here("data", "mixed_example.csv"), row.names = FALSE, na = "")
d <- read.csv(here("data", "mixed_example.csv"))

# `dyad:therapist` to lme4 is `therapist:dyad` to us.
named <- function(group) if (group == "dyad:therapist") "therapist:dyad" else group

fitted <- function(m, formula) {
  table <- coef(summary(m))
  spreads <- lapply(VarCorr(m), function(part) as.list(attr(part, "stddev")))
  list(
    call = "mixed_fit", arguments = list(formula = formula, reml = TRUE),
    value = list(
      n = nobs(m), loglik = as.numeric(logLik(m)), aic = AIC(m), bic = BIC(m),
      fixed = apply(table, 1, function(row) list(estimate = row[[1]], se = row[[2]])),
      sd = setNames(spreads, sapply(names(spreads), named)), residual_sd = sigma(m)
    )
  )
}

lagged <- "symptom ~ alliance_before + alliance_mean + symptom_before + log(session) + (1 | dyad)"
course <- "symptom_after ~ symptom_first * log(session) + (log(session) | dyad)"
levels <- "alliance_client ~ 1 + (1 | therapist/dyad)"
models <- lapply(c(lagged, course, levels), function(f) lmer(as.formula(f), d))
cases <- Map(fitted, models, c(lagged, course, levels))

# A fit by default stops where the deviance is flat to some digits; fewer of the estimates are.
stop <- list(rtol = 1e-4, why = "lme4's default stop, with two variances and a covariance")
cases[[2]] <- c(cases[[2]], stop)
cases[[4]] <- c(list(
  call = "mixed_correlations", arguments = list(formula = course),
  value = list(attr(VarCorr(models[[2]])$dyad, "correlation")[2, 1])
), stop)
write_expected("mixed_example", "mixed_example.csv", unname(cases), "lme4", 1e-5, "two optimisers")
