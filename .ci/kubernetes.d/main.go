// Renders the Kustomize base and what adds to it, and reads each object by the types of the API server's own client: a
// field that is not there, or of another type, is an error.
package main

import (
	"fmt"
	"os"

	monitoring "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

func main() {
	types := runtime.NewScheme()
	must(scheme.AddToScheme(types))
	must(monitoring.AddToScheme(types))
	decoder := serializer.NewCodecFactory(types, serializer.EnableStrict).UniversalDeserializer()
	for _, folder := range os.Args[1:] {
		rendered, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), folder)
		must(err)
		for _, resource := range rendered.Resources() {
			text, err := resource.AsYAML()
			must(err)
			_, kind, err := decoder.Decode(text, nil, nil)
			if err != nil {
				must(fmt.Errorf("%s: %s: %w", folder, resource.CurId(), err))
			}
			fmt.Printf("%s: %s %s\n", folder, kind.Kind, resource.GetName())
		}
	}
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "kubernetes:", err)
		os.Exit(1)
	}
}
