within-moment = dans moins d’une minute
within-minutes = { $count ->
    [one] dans { $count } minute
   *[other] dans { $count } minutes
}
within-hours = { $count ->
    [one] dans { $count } heure
   *[other] dans { $count } heures
}
within-days = { $count ->
    [one] dans { $count } jour
   *[other] dans { $count } jours
}
