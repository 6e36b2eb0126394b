// Scratch is one static binary, alone in its image: no shell, no tool, no user.
package main

import (
	"fmt"
	"log"
	"net/http"
	"os"
)

func main() {
	http.HandleFunc("/health", func(http.ResponseWriter, *http.Request) {})
	http.HandleFunc("/scratch", func(answer http.ResponseWriter, _ *http.Request) {
		fmt.Fprintln(answer, "from scratch")
	})
	log.Fatal(http.ListenAndServe(":"+os.Getenv("PORT"), nil))
}
