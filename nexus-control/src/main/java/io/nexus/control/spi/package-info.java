/** What an extension implements: {@link io.nexus.control.spi.NexusExtension} and its five kinds. */
@org.jspecify.annotations.NullMarked
package io.nexus.control.spi;
