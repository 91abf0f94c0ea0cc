package io.nexus.ledger.jdbc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteJDBCLoader;

class SqliteLibraryTest {

  private static final String PROPERTY = "org.sqlite.lib.path";

  @TempDir Path folder;

  @AfterEach
  void forget() {
    System.clearProperty(PROPERTY);
  }

  private static byte[] packed() throws IOException {
    var name = SqliteLibrary.resource();
    try (var in = SQLiteJDBCLoader.class.getResourceAsStream(name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    }
  }

  @Test
  void unpack_folderNamed_hasTheLibraryAlone() throws Exception {
    var libraries = folder.resolve("a new/folder");
    System.setProperty(PROPERTY, libraries.toString());
    SqliteLibrary.unpack();
    var library = libraries.resolve(System.mapLibraryName("sqlitejdbc"));
    assertArrayEquals(packed(), Files.readAllBytes(library));
    try (var files = Files.list(libraries)) {
      assertEquals(List.of(library), files.toList());
    }
  }

  @Test
  void unpack_libraryThere_isLeftAlone() throws Exception {
    System.setProperty(PROPERTY, folder.toString());
    var library = folder.resolve(System.mapLibraryName("sqlitejdbc"));
    Files.writeString(library, "an operator's own");
    SqliteLibrary.unpack();
    assertEquals("an operator's own", Files.readString(library));
  }

  @Test
  void unpack_folderThatCannotBe_isLeftToTheDriver() throws Exception {
    var file = Files.createFile(folder.resolve("file"));
    System.setProperty(PROPERTY, file.resolve("below").toString());
    SqliteLibrary.unpack();
    assertTrue(Files.isRegularFile(file));
  }

  @Test
  void unpack_nothingNamed_isLeftToTheDriver() throws Exception {
    SqliteLibrary.unpack();
    try (var files = Files.list(folder)) {
      assertFalse(files.findAny().isPresent());
    }
  }
}
