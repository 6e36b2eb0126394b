// Tiny answers every request with two letters: what is measured is what carries the request.
package main

import (
	"fmt"
	"log"
	"net/http"
	"os"
)

func main() {
	answer := func(answer http.ResponseWriter, _ *http.Request) { fmt.Fprintln(answer, "ok") }
	log.Fatal(http.ListenAndServe(":"+os.Getenv("PORT"), http.HandlerFunc(answer)))
}
