package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.server.LauncherBox.Launched;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the launcher of a clone: when it links a Java with the modules in it, and when it runs by
 * one.
 */
final class LauncherRuntimeTest {

  @TempDir private Path temp;
  private LauncherBox box;
  private Path target;
  private Path jar;

  @BeforeEach
  void layOut() throws IOException {
    box = new LauncherBox(temp);
    target = box.root.resolve("nexus-server/target");
    jar = target.resolve("modules/a.jar");
    box.sources("mkdir nexus-server/target/modules && : >nexus-server/target/modules/a.jar");
  }

  @Test
  void serve_clone_linksOnceAndStartsWithoutTheModulePath() throws Exception {
    Launched first = box.run("serve");
    Launched second = box.run("serve");

    assertEquals(7, first.exit(), first.err());
    assertEquals(1, linked(first), first.err());
    assertEquals(0, linked(second), second.err());
    assertEquals(first.out(), second.out());
    assertTrue(second.out().contains("|-m|io.nexus.server/io.nexus.server.Main|serve|"));
    assertFalse(second.out().contains("|-p|"), second.out());
    assertFalse(Files.exists(target.resolve("nexus-build.lock")));
    assertFalse(box.run("check").out().contains("|-p|"), "other commands take it, too");
  }

  @Test
  void serve_noCacheWanted_doesNotLinkButTakesWhatIsThere() throws Exception {
    box.environment.put("NEXUS_AOT_CACHE", "off");
    assertTrue(box.run("serve").out().contains("|-p|"));
    box.environment.remove("NEXUS_AOT_CACHE");
    assertEquals(1, linked(box.run("cache")));
    box.environment.put("NEXUS_AOT_CACHE", "off");
    assertFalse(box.run("serve").out().contains("|-p|"));
  }

  @Test
  void serve_linkedAnew_makesTheCacheAnew() throws Exception {
    box.run("serve");
    Path release = target.resolve("runtime/release");
    Files.writeString(release, "NEXUS_LINKED=\"1\"\n");
    assertTrue(box.run("serve").err().contains("nexus: preparing "));
    assertFalse(box.run("serve").err().contains("nexus: preparing "));
    Files.writeString(release, "NEXUS_LINKED=\"2\"\n");
    assertFalse(box.run("check").out().contains("AOTCache"), "the JVM would take it");
    assertTrue(box.run("serve").err().contains("nexus: preparing "));
  }

  @Test
  void otherCommands_noneLinked_takeTheModulePathAndDoNotLink() throws Exception {
    Launched outcome = box.run("version");

    assertEquals(0, linked(outcome), outcome.err());
    assertTrue(outcome.out().contains("|-p|" + jar.getParent() + "|-m|"), outcome.out());
  }

  @Test
  void serve_modulesOrJdkHaveChanged_linksAnew() throws Exception {
    box.run("serve");

    Files.setLastModifiedTime(jar, FileTime.from(Instant.now().plusSeconds(3600)));
    assertTrue(box.run("check").out().contains("|-p|"), "it is not taken");
    assertEquals(1, linked(box.run("serve")), "a module of the same size");
    Files.setLastModifiedTime(jar, FileTime.from(Instant.EPOCH));
    Files.setLastModifiedTime(jar.getParent(), FileTime.from(Instant.EPOCH));
    assertEquals(1, linked(box.run("serve")), "an older module");
    assertEquals(0, linked(box.run("serve")), "nothing");
    Files.writeString(temp.resolve("25/release"), "JAVA_VERSION=\"25.0.2\"\n");
    assertEquals(1, linked(box.run("serve")), "another build of Java");
    Path other = LauncherBox.jdk(box.temp.resolve("26"), "26");
    box.environment.put("NEXUS_JAVA_HOME", other.toString());
    Launched named = box.run("serve");
    assertEquals(1, linked(named), "another JDK");
    assertTrue(named.out().startsWith("java: " + other + "\n"), named.out());
  }

  @Test
  void serve_linkingFails_startsWithTheModulePathAndTellsWhereToLook() throws Exception {
    Path java = temp.resolve("25/bin/java");
    Path real = Files.move(java, temp.resolve("25/bin/really"));
    LauncherBox.script(
        java,
        "case \"$*\" in *LinkRuntime*) echo no jlink; exit 1;; esac; exec '%s' \"$@\""
            .formatted(real));

    Launched outcome = box.run("serve");

    assertEquals(7, outcome.exit());
    assertTrue(outcome.err().contains("see " + target.resolve("runtime.log")), outcome.err());
    assertEquals("no jlink\n", Files.readString(target.resolve("runtime.log")));
    assertTrue(outcome.out().contains("|-p|"), outcome.out());
    assertFalse(Files.exists(target.resolve("nexus-build.lock")));
  }

  @Test
  void package_clone_makesTheArchiveWithoutTestsAndPrintsItsNameAlone() throws Exception {
    Files.createDirectories(target.resolve("modules"));
    LauncherBox.script(
        box.bin.resolve("mvn"),
        "echo \"$@\"; ls nexus-server/target; : >nexus-server/target/nexus-9.tar.gz");

    Launched packed = box.run("package");

    assertEquals(0, packed.exit(), packed.err());
    assertEquals(target.resolve("nexus-9.tar.gz") + "\n", packed.out());
    assertTrue(packed.err().contains("-DskipTests"), packed.err());
    assertFalse(packed.err().contains("modules"), "an older version's module comes along");
  }

  private static long linked(Launched outcome) {
    return outcome.err().lines().filter(line -> line.startsWith("nexus: linking ")).count();
  }
}
