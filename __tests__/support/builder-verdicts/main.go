// Says what BuildKit's client sends of a folder, with the client's own modules.
//
//	main FOLDER < ignore-files
//
// Each line of the input is the base64 of an ignore file. Each line of the output is the verdict on it, in
// JSON: the paths that are sent, in their order, or why the build is refused.
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"io/fs"
	"log"
	"os"

	"github.com/moby/patternmatcher/ignorefile"
	"github.com/tonistiigi/fsutil"
	"github.com/tonistiigi/fsutil/types"
)

type verdict struct {
	Sent    []string `json:"sent"`
	Refused string   `json:"refused,omitempty"`
}

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: main FOLDER < ignore-files")
	}
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	output := bufio.NewWriter(os.Stdout)
	defer output.Flush()
	answers := json.NewEncoder(output)
	for lines.Scan() {
		rules, err := base64.StdEncoding.DecodeString(lines.Text())
		if err != nil {
			log.Fatal(err)
		}
		sent, err := send(os.Args[1], rules)
		answer := verdict{Sent: sent}
		if err != nil {
			answer = verdict{Sent: []string{}, Refused: err.Error()}
		}
		if err := answers.Encode(answer); err != nil {
			log.Fatal(err)
		}
	}
	if err := lines.Err(); err != nil {
		log.Fatal(err)
	}
}

// send walks the folder as a build does: the frontend reads the rules and passes them on as JSON, and
// the client filters the folder with them.
func send(folder string, rules []byte) ([]string, error) {
	read, err := ignorefile.ReadAll(bytes.NewReader(rules))
	if err != nil {
		return nil, err
	}
	attribute, err := json.Marshal(read)
	if err != nil {
		return nil, err
	}
	var excluded []string
	if err := json.Unmarshal(attribute, &excluded); err != nil {
		return nil, err
	}
	files, err := fsutil.NewFS(folder)
	if err != nil {
		return nil, err
	}
	keep := func(string, *types.Stat) fsutil.MapResult { return fsutil.MapResultKeep }
	if files, err = fsutil.NewFilterFS(files, &fsutil.FilterOpt{Map: keep}); err != nil {
		return nil, err
	}
	if files, err = fsutil.NewFilterFS(files, &fsutil.FilterOpt{ExcludePatterns: excluded}); err != nil {
		return nil, err
	}
	sent := []string{}
	err = fsutil.WithHardlinkReset(files).Walk(context.Background(), "/", func(path string, _ fs.DirEntry, err error) error {
		sent = append(sent, path)
		return err
	})
	return sent, err
}
