module quotes

go 1.24
