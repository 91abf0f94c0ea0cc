package io.nexus.tokenizers;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The tables that the build makes for this module: data that takes long to compute and never
 * changes.
 */
final class Tables {

  private Tables() {}

  /**
   * Makes all tables; the build calls it.
   *
   * @param args the folder that has the vocabularies as tiktoken's text files, and the one for the
   *     tables
   * @throws IOException if a file cannot be read or written
   */
  public static void main(String[] args) throws IOException {
    Path from = Path.of(args[0]);
    Path to = Files.createDirectories(Path.of(args[1]));
    for (Encoding encoding : Encoding.values()) {
      byte[] file = Files.readAllBytes(from.resolve(encoding.file()));
      Files.write(to.resolve(encoding.table()), VocabularyTable.of(TokenList.parse(file)));
    }
    Files.write(to.resolve(CharacterClasses.TABLE), CharacterTable.make());
  }

  /**
   * The content of a table: mapped where this module is linked into Java, else read.
   *
   * @throws IOException if it is not there or cannot be read
   */
  static ByteBuffer open(String name) throws IOException {
    Module module = Tables.class.getModule();
    if (module.isNamed()) {
      var found = module.getLayer().configuration().findModule(module.getName());
      try (var reader = found.orElseThrow().reference().open()) {
        var table = reader.read(Tables.class.getPackageName().replace('.', '/') + '/' + name);
        // Java's own file stays mapped, and what is read from another is on the heap.
        if (table.isPresent()) {
          return table.get();
        }
      }
    }
    try (InputStream in = Tables.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new FileNotFoundException(name + " is not in the module io.nexus.tokenizers");
      }
      return ByteBuffer.wrap(in.readAllBytes());
    }
  }
}
