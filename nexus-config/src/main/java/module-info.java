/**
 * The configuration: {@code nexus.toml} and environment overrides, read through Helidon Config into
 * records, with every mistake reported at once.
 *
 * {@snippet :
 * switch (NexusConfig.load(Path.of("nexus.toml"), System.getenv())) {
 *   case ConfigResult.Loaded loaded -> serve(loaded.config());
 *   case ConfigResult.Invalid invalid -> invalid.problems().forEach(System.err::println);
 * }
 * }
 */
@org.jspecify.annotations.NullMarked
module io.nexus.config {
  requires static transitive org.jspecify;
  requires transitive io.nexus.control;
  requires transitive io.helidon.config;
  requires transitive io.helidon.common.media.type;
  requires com.fasterxml.jackson.core;
  requires com.fasterxml.jackson.dataformat.toml;

  exports io.nexus.config;

  provides io.helidon.config.spi.ConfigParser with
      io.nexus.config.TomlConfigParser;
}
