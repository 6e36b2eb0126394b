// Only the root of a module: it is built with the go.mod of local/machine/offline/recipes/grype.
module fargate-platform/vulnerability-database

go 1.26.8
