within-moment = dentro de menos de un minuto
within-minutes = { $count ->
    [one] dentro de { $count } minuto
   *[other] dentro de { $count } minutos
}
within-hours = { $count ->
    [one] dentro de { $count } hora
   *[other] dentro de { $count } horas
}
within-days = { $count ->
    [one] dentro de { $count } día
   *[other] dentro de { $count } días
}
