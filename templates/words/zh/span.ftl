span-moment = 不到 1 分钟
span-minutes = { $count } 分钟
span-hours = { $count } 小时
span-days = { $count } 天
