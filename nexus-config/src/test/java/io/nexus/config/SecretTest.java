package io.nexus.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretTest {

  @Test
  void reveal_file_readsItAnew(@TempDir Path folder) throws IOException {
    var file = Files.writeString(folder.resolve("key"), "one\n");
    var secret = Secret.inFile(file);
    assertEquals("one", secret.reveal());

    Files.writeString(file, "two\n");

    assertEquals("two", secret.reveal());
    assertEquals("****", secret.toString());
  }

  @Test
  void reveal_unsetVariable_namesIt() {
    var secret = Secret.inEnvironment("NO_SUCH", Map.of());

    assertFalse(secret.isSet());
    assertEquals(
        "environment variable NO_SUCH is not set",
        assertThrows(IllegalStateException.class, secret::reveal).getMessage());
  }

  @Test
  void isSet_blankValue_isFalse() {
    assertFalse(Secret.inEnvironment("A", Map.of("A", " ")).isSet());
  }

  @Test
  void load_adminKeyThatIsNotSet_isANotice() {
    var loaded = Example.loaded("[server]\nadmin_key_env = \"NO_SUCH\"\n", Map.of());

    assertEquals(
        "nexus.toml:2: server.admin_key_env: environment variable NO_SUCH is not set: the admin API"
            + " is off",
        loaded.notices().getFirst());
  }
}
