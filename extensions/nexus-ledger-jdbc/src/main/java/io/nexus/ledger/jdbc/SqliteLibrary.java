package io.nexus.ledger.jdbc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.sqlite.SQLiteJDBCLoader;
import org.sqlite.util.OSInfo;

/**
 * The native library of SQLite's driver. The driver unpacks it for each process into the folder for
 * temporary files, where those of killed processes stay, and compares it byte by byte: a fifth of a
 * start. Where the property {@code org.sqlite.lib.path} names a folder, it takes it from there.
 */
final class SqliteLibrary {

  private static final String NAME = System.mapLibraryName("sqlitejdbc");

  private SqliteLibrary() {}

  /** Puts it into the folder that is named, unless none is, or it is there or cannot be. */
  static void unpack() {
    var folder = System.getProperty("org.sqlite.lib.path");
    if (folder != null) {
      var library = Path.of(folder, NAME);
      if (!Files.exists(library)) {
        unpack(library);
      }
    }
  }

  /** The driver's resource for this system. */
  static String resource() {
    return "/org/sqlite/native/" + OSInfo.getNativeLibFolderPathForCurrentOS() + "/" + NAME;
  }

  private static void unpack(Path library) {
    try (var packed = SQLiteJDBCLoader.class.getResourceAsStream(resource())) {
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
