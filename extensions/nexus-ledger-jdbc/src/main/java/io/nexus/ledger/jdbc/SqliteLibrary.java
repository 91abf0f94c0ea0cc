package io.nexus.ledger.jdbc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.sqlite.SQLiteJDBCLoader;
import org.sqlite.util.OSInfo;

/**
 * The native library of SQLite's driver. By default the driver unpacks it for each process into the
 * temporary folder, where those of killed processes stay, and verifies it byte by byte, which takes
 * a fifth of a start. If the property {@code org.sqlite.lib.path} names a folder, the driver loads
 * it from there.
 */
final class SqliteLibrary {

  private static final String NAME = System.mapLibraryName("sqlitejdbc");

  private SqliteLibrary() {}

  /** Unpacks it into the named folder, if there is one and the library is not there yet. */
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
      // The driver then unpacks it itself.
    }
  }
}
