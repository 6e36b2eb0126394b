module ready

go 1.24
