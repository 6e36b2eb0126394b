package main

import (
	"fmt"
	"net/http"
	"time"
)

// Where collector.yaml has the health extension listen.
const healthURL = "http://127.0.0.1:13133/"

// With the program's own start it stays below the 3 s that a health check may take.
const answerWithin = 2 * time.Second

// check returns why the collector at this address is not healthy. An image from scratch has no curl.
func check(address string) error {
	client := &http.Client{
		// No proxy of the environment stands between a task and itself.
		Transport: &http.Transport{DisableKeepAlives: true},
		Timeout:   answerWithin,
	}
	response, err := client.Get(address)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("GET %s answers %d", address, response.StatusCode)
	}
	return nil
}
