// Writes a vulnerability database with a few real advisories, in the format that grype's publisher serves:
// FOLDER/v6/latest.json and the archive that it names.
//
//	database ADVISORIES FOLDER DAYS
//
// DAYS is the age of the database.
package main

import (
	"archive/tar"
	"compress/gzip"
	"encoding/json"
	"log"
	"os"
	"path/filepath"
	"strconv"
	"time"

	_ "github.com/glebarez/sqlite"

	v6 "github.com/anchore/grype/grype/db/v6"
	"github.com/anchore/grype/grype/db/v6/distribution"
)

// advisory is one entry of advisories.json.
type advisory struct {
	ID        string   `json:"id"`
	Aliases   []string `json:"aliases"`
	Severity  string   `json:"severity"`
	Provider  string   `json:"provider"`
	Ecosystem string   `json:"ecosystem"`
	Package   string   `json:"package"`
	// Affected is a constraint on versions.
	Affected string `json:"affected"`
	// Fixed is the first version without it; empty if there is none.
	Fixed string `json:"fixed"`
}

func main() {
	days, err := strconv.Atoi(os.Args[3])
	must(err)
	var all []advisory
	text, err := os.ReadFile(os.Args[1])
	must(err)
	must(json.Unmarshal(text, &all))
	built := time.Now().UTC().Round(time.Second).AddDate(0, 0, -days)
	home := filepath.Join(os.Args[2], "v6")
	must(os.MkdirAll(home, 0o755))
	must(fill(home, all, built))
	must(pack(home, built))
}

func fill(home string, all []advisory, built time.Time) error {
	database, err := v6.NewWriter(v6.Config{DBDirPath: home})
	if err != nil {
		return err
	}
	if err := database.SetDBMetadata(); err != nil {
		return err
	}
	for _, each := range all {
		if err := add(database, each); err != nil {
			return err
		}
	}
	if err := database.Close(); err != nil {
		return err
	}
	// The writer knows no other time than now.
	file, err := v6.NewLowLevelDB(filepath.Join(home, v6.VulnerabilityDBFileName), false, true, false)
	if err != nil {
		return err
	}
	return file.Model(&v6.DBMetadata{}).Where("true").Update("build_timestamp", built).Error
}

func pack(home string, built time.Time) error {
	content, err := os.ReadFile(filepath.Join(home, v6.VulnerabilityDBFileName))
	if err != nil {
		return err
	}
	name := filepath.Join(home, "database.tar.gz")
	file, err := os.Create(name)
	if err != nil {
		return err
	}
	compressed := gzip.NewWriter(file)
	archive := tar.NewWriter(compressed)
	header := &tar.Header{Name: v6.VulnerabilityDBFileName, Mode: 0o644, Size: int64(len(content))}
	must(archive.WriteHeader(header))
	_, err = archive.Write(content)
	must(err)
	must(archive.Close())
	must(compressed.Close())
	must(file.Close())
	entry, err := distribution.NewArchive(name, built, v6.ModelVersion, v6.Revision, v6.Addition)
	if err != nil {
		return err
	}
	listing, err := os.Create(filepath.Join(home, distribution.LatestFileName))
	if err != nil {
		return err
	}
	defer listing.Close()
	return distribution.LatestDocument{Status: distribution.LifecycleStatus, Archive: *entry}.Write(listing)
}

func add(database v6.Writer, given advisory) error {
	now := time.Now().UTC()
	provider := &v6.Provider{ID: given.Provider, Version: "1", Processor: "test", DateCaptured: &now}
	vulnerability := &v6.VulnerabilityHandle{
		Name:     given.ID,
		Status:   v6.VulnerabilityActive,
		Provider: provider,
		BlobValue: &v6.VulnerabilityBlob{
			ID:         given.ID,
			Aliases:    given.Aliases,
			Severities: []v6.Severity{{Scheme: v6.SeveritySchemeCHMLN, Value: given.Severity, Rank: 1}},
		},
	}
	if err := database.AddVulnerabilities(vulnerability); err != nil {
		return err
	}
	return database.AddAffectedPackages(&v6.AffectedPackageHandle{
		Vulnerability: vulnerability,
		Package:       &v6.Package{Ecosystem: given.Ecosystem, Name: given.Package},
		BlobValue: &v6.PackageBlob{
			CVEs:   given.Aliases,
			Ranges: []v6.Range{{Version: v6.Version{Type: "python", Constraint: given.Affected}, Fix: fixOf(given)}},
		},
	})
}

func fixOf(given advisory) *v6.Fix {
	if given.Fixed == "" {
		return &v6.Fix{State: v6.NotFixedStatus}
	}
	return &v6.Fix{Version: given.Fixed, State: v6.FixedStatus}
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
