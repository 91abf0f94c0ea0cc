package io.nexus.server.dialect.translate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nexus.control.routing.Api;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each translation against its pairs of files: see {@link GoldenFiles}. */
class TranslationTest {

  private static final Path FOLDER =
      Path.of("src/test/resources/io/nexus/server/dialect/translate");

  /** The inputs; all other fields of a file are outputs. */
  private static final Set<String> INPUTS =
      Set.of("request", "thinks", "hears_system", "answer", "events");

  @ParameterizedTest
  @MethodSource("files")
  void file_translated_isAsItStands(Path file) throws IOException {
    var golden = Tree.request(Files.readAllBytes(file));
    var translation = GoldenFiles.translation(file.getName(file.getNameCount() - 2).toString());
    var outputs = new HashSet<String>();
    golden.fieldNames().forEachRemaining(outputs::add);
    outputs.removeAll(INPUTS);
    assertTrue(outputs.contains("said") || outputs.contains("refused"), "nothing is expected");
    var made = golden.deepCopy();
    made.remove(outputs);
    GoldenFiles.fill(translation, made);
    assertEquals(golden.toPrettyString(), ordered(made, golden).toPrettyString());
  }

  @ParameterizedTest
  @MethodSource("translations")
  void translation_hasFiles(Translation translation) throws IOException {
    assertTrue(
        translation.from().family() != translation.to().family()
            && !of(translation.from(), translation.to()).isEmpty());
  }

  /** The same with its fields in the order of the other's. */
  private static ObjectNode ordered(ObjectNode made, ObjectNode like) {
    var ordered = Tree.object();
    like.fieldNames()
        .forEachRemaining(
            name -> {
              if (made.has(name)) {
                ordered.set(name, made.remove(name));
              }
            });
    return ordered.setAll(made);
  }

  static Stream<Translation> translations() {
    // A chain consists of these.
    return Translations.all(GoldenFiles.CLOCK).stream().filter(each -> !(each instanceof Chain));
  }

  static List<Path> files() throws IOException {
    var all = new ArrayList<Path>();
    for (var translation : translations().toList()) {
      all.addAll(of(translation.from(), translation.to()));
    }
    return all;
  }

  private static List<Path> of(Api from, Api to) throws IOException {
    try (var files = Files.list(FOLDER.resolve(from.label() + "-" + to.label()))) {
      return files.sorted().toList();
    }
  }
}
