package io.nexus.ledger.jdbc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.sqlite.SQLiteJDBCLoader;
import org.sqlite.util.LibraryLoaderUtil;

/**
 * The native library of SQLite's driver. The driver unpacks it for each process into the folder for
 * temporary files, where those of killed processes stay, and compares it byte by byte: a fifth of a
 * start. Where the property {@code org.sqlite.lib.path} names a folder, it takes it from there.
 */
final class SqliteLibrary {

  private SqliteLibrary() {}

  /** Puts it into the folder that is named, unless none is, or it is there or cannot be. */
  static void unpack() {
    var folder = System.getProperty("org.sqlite.lib.path");
    if (folder != null) {
      var name = LibraryLoaderUtil.getNativeLibName();
      var library = Path.of(folder, name);
      if (!Files.exists(library)) {
        unpack(LibraryLoaderUtil.getNativeLibResourcePath() + "/" + name, library);
      }
    }
  }

  private static void unpack(String resource, Path library) {
    try (var packed = SQLiteJDBCLoader.class.getResourceAsStream(resource)) {
      if (packed == null) {
        return;
      }
      var folder = Files.createDirectories(library.toAbsolutePath().getParent());
      var whole = Files.createTempFile(folder, "unpacking", "");
      Files.copy(packed, whole, StandardCopyOption.REPLACE_EXISTING);
      Files.move(whole, library, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      // The driver does without, as described.
    }
  }
}
