# Hazards of dropout, Cox with Efron's ties, and the cumulative incidence beside planned endings,
# on four data sets: the example sessions, missing ratings, days of very uneven length, and
# dropouts that are rare, tied, and nearly all on one side of a covariate.
source("shared.R")
suppressPackageStartupMessages(library(survival))

example <- read.csv(file.path("..", "..", "..", "..", "examples", "sim_dyads_sessions.csv"))
example <- example[, c("dyad", "therapist", "session", "alliance_client", "symptom", "event")]
names(example) <- c("client", "therapist", "session", "alliance", "distress", "event")

# Sessions of clients in therapists; `level` is the log-odds of dropout, `planned` of ending well.
simulate <- function(clients, therapists, sessions, level, planned) {
  rows <- list()
  of <- sample(therapists, clients, replace = TRUE)
  strength <- rnorm(therapists, 0, 0.3)
  for (i in seq_len(clients)) {
    own <- rnorm(1)
    for (t in seq_len(sessions)) {
      alliance <- round(0.7 * own + 0.7 * rnorm(1) + 0.1 * log(t) + strength[of[i]], 3)
      first <- as.numeric(i %% 4 == 0)
      drop <- runif(1) < plogis(level - 0.5 * log(t) - 0.7 * alliance + 0.3 * first)
      done <- runif(1) < plogis(planned + 0.25 * t + 0.3 * alliance)
      event <- if (drop) 1 else if (done) 2 else 0
      rows[[length(rows) + 1]] <- data.frame(
        client = i, therapist = of[i], session = t, alliance = alliance, first = first,
        event = event
      )
      if (event > 0 || runif(1) < 0.02) break
    }
  }
  do.call(rbind, rows)
}

set.seed(4112)
missing <- simulate(160, 14, 15, -2, -4)
missing$alliance[runif(nrow(missing)) < 0.12] <- NA
missing$first[missing$client %in% sample(160, 10)] <- NA

set.seed(4113)
uneven <- simulate(90, 40, 30, -2.6, -6)
uneven$session <- unlist(tapply(uneven$session, uneven$client, function(s) {
  cumsum(sample(c(1, 3, 7, 7, 14, 60), length(s), replace = TRUE))
}))
uneven$start <- unlist(tapply(uneven$session, uneven$client, function(s) c(0, head(s, -1))))

set.seed(4114)
rare <- simulate(1200, 20, 3, -4.2, -2)
rare$first[rare$event == 1] <- 0
rare$first[which(rare$event == 1)[1]] <- 1

write <- function(d, name) write.csv(d, here("data", name), row.names = FALSE, quote = FALSE)
sets <- list(
  dropout_example = list(data = example, x = c("alliance", "distress")),
  dropout_missing = list(data = missing, x = c("alliance", "first")),
  dropout_uneven = list(data = uneven, x = c("alliance", "first")),
  dropout_rare = list(data = rare, x = c("alliance", "first"))
)

table_of <- function(estimate, se, robust = NULL) {
  used <- if (is.null(robust)) se else robust
  lapply(seq_along(estimate), function(i) list(
    estimate = estimate[[i]], se = se[[i]], robust_se = if (!is.null(robust)) robust[[i]],
    low = estimate[[i]] - qnorm(0.975) * used[[i]], p = 2 * pnorm(-abs(estimate[[i]] / used[[i]])),
    ratio = exp(estimate[[i]])
  ))
}

counts <- function(d, used) list(
  rows = nrow(used), people = length(unique(used$client)), events = sum(used$event == 1),
  left_out = nrow(d) - nrow(used), events_left_out = sum(d$event == 1) - sum(used$event == 1)
)

hazard <- function(d, x, link, baseline, clustered) {
  used <- d[complete.cases(d[, x]), ]
  used$y <- as.numeric(used$event == 1)
  time <- if (baseline == "log") "log(session)" else "0 + factor(session)"
  f <- NULL
  for (again in 1:4) { # the standard errors lag one iteration behind
    f <- glm(reformulate(c(time, x), "y"), binomial(link), used,
      start = coef(f), control = glm.control(epsilon = 1e-15, maxit = 100)
    )
  }
  robust <- NULL
  if (clustered) { # the sandwich, in its plainest form
    score <- model.matrix(f) * f$weights * (residuals(f, "working"))
    bread <- summary(f)$cov.unscaled
    robust <- sqrt(diag(bread %*% crossprod(rowsum(score, used$therapist)) %*% bread))
  }
  list(
    call = "hazard",
    arguments = list(covariates = x, link = link, baseline = baseline, clustered = clustered),
    value = list(
      terms = table_of(coef(f), sqrt(diag(vcov(f))), robust),
      loglik = as.numeric(logLik(f)), aic = AIC(f), used = counts(d, used)
    )
  )
}

cox <- function(d, x, clustered) {
  used <- d[complete.cases(d[, x]), ]
  if (is.null(used$start)) used$start <- used$session - 1
  f <- coxph(
    reformulate(x, "Surv(start, session, event == 1)"), used,
    cluster = if (clustered) therapist, control = coxph.control(eps = 1e-13, toler.chol = 1e-14, iter.max = 60)
  )
  means <- as.data.frame(as.list(colMeans(used[, x])))
  curve <- survfit(f, newdata = means, ctype = 2, stype = 2)
  at <- curve$n.event > 0
  naive <- if (clustered) f$naive.var else f$var
  list(
    call = "cox",
    arguments = list(covariates = x, start = if (is.null(d$start)) NULL else "start",
      clustered = clustered),
    value = list(
      terms = table_of(coef(f), sqrt(diag(naive)), if (clustered) sqrt(diag(f$var))),
      loglik = f$loglik[2], loglik_null = f$loglik[1],
      likelihood_ratio = 2 * diff(f$loglik),
      times = as.list(curve$time[at]), baseline_hazard = as.list(curve$cumhaz[at]),
      used = counts(d, used)
    )
  )
}

incidence <- function(d) {
  last <- d[!duplicated(d$client, fromLast = TRUE), ]
  alone <- survfit(Surv(session, event == 1) ~ 1, last)
  if (!any(last$event == 2)) { # survfit wants a competing state: one client who never counts
    both <- list(time = alone$time, at = alone$n.event > 0)
    dropout <- 1 - alone$surv
    value <- lapply(which(both$at), function(i) list(
      time = alone$time[i], at_risk = alone$n.risk[i], dropout = dropout[i],
      dropout_se = alone$surv[i] * alone$std.err[i], planned = 0, planned_se = 0,
      dropout_if_censored = dropout[i]
    ))
  } else {
    both <- survfit(Surv(session, factor(event, 0:2)) ~ 1, last, id = client)
    value <- lapply(which(rowSums(both$n.event) > 0), function(i) list(
      time = both$time[i], at_risk = both$n.risk[i, 1],
      dropout = both$pstate[i, 2], dropout_se = both$std.err[i, 2],
      planned = both$pstate[i, 3], planned_se = both$std.err[i, 3],
      dropout_if_censored = 1 - alone$surv[alone$time == both$time[i]]
    ))
  }
  list(call = "incidence", arguments = setNames(list(), character()), value = value)
}

for (name in names(sets)) {
  d <- sets[[name]]$data
  x <- sets[[name]]$x
  file <- paste0(name, ".csv")
  write(d, file)
  d <- read.csv(here("data", file))
  cases <- list(cox(d, x, FALSE), cox(d, x, TRUE), incidence(d))
  if (is.null(d$start)) {
    cases <- c(cases, list(
      hazard(d, x, "logit", "log", FALSE), hazard(d, x, "logit", "log", TRUE),
      hazard(d, x, "cloglog", "log", TRUE)
    ))
  }
  if (name == "dropout_rare") cases <- c(cases, list(hazard(d, x, "cloglog", "each", TRUE)))
  write_expected(name, file, cases, c("survival"),
    rtol = 1e-8,
    generator = "dropout"
  )
}
