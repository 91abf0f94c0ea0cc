package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The links between the documents: where they lead, and that a reader finds each page. */
final class DocLinksTest {

  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");
  private static final Pattern NO_PART_OF_ANCHORS = Pattern.compile("[^\\p{L}\\p{N}_ -]");

  private static List<Path> documents() throws IOException {
    var documents = new ArrayList<Path>();
    try (Stream<Path> root = Files.list(ROOT);
        Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
      Stream.concat(root, docs)
          .filter(file -> file.toString().endsWith(".md"))
          .forEach(documents::add);
    }
    documents.add(ROOT.resolve("deploy/README.md"));
    return documents;
  }

  /** As GitHub makes them of headings. */
  private static Set<String> anchors(Path document) throws IOException {
    return Files.readAllLines(document).stream()
        .filter(line -> line.startsWith("#"))
        .map(line -> line.replaceFirst("^#+ ", "").strip().toLowerCase(Locale.ROOT))
        .map(heading -> NO_PART_OF_ANCHORS.matcher(heading).replaceAll("").replace(' ', '-'))
        .collect(Collectors.toSet());
  }

  @Test
  void links_inAllDocuments_leadSomewhere() throws Exception {
    var broken = new ArrayList<String>();
    int links = 0;
    for (var document : documents()) {
      var matcher = LINK.matcher(Files.readString(document));
      while (matcher.find()) {
        var link = matcher.group(1);
        if (link.contains("://")) {
          continue;
        }
        links++;
        var parts = link.split("#", 2);
        var target = parts[0].isEmpty() ? document : document.resolveSibling(parts[0]).normalize();
        boolean leads =
            Files.exists(target)
                && (parts.length == 1
                    || !target.toString().endsWith(".md")
                    || anchors(target).contains(parts[1]));
        if (!leads) {
          broken.add(ROOT.relativize(document) + ": " + link);
        }
      }
    }
    assertEquals(List.of(), broken);
    assertTrue(links > 100, "links: " + links);
  }

  @Test
  void pages_all_areListedForTheirReaders() throws Exception {
    var readme = Files.readString(ROOT.resolve("README.md"));
    var architecture = Files.readString(ROOT.resolve("docs/architecture.md"));
    for (var document : documents()) {
      var name = ROOT.relativize(document).toString();
      if (name.startsWith("docs/decisions/")) {
        assertTrue(architecture.contains("](" + name.substring("docs/".length()) + ")"), name);
      } else if (name.startsWith("docs/")) {
        assertTrue(readme.contains("](" + name + ")"), name);
      }
    }
  }
}
