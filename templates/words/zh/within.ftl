within-moment = 1 分钟内
within-minutes = { $count } 分钟后
within-hours = { $count } 小时后
within-days = { $count } 天后
