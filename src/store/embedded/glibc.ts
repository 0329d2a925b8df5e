/** The embedded engine's Linux build is linked against this version of the GNU C library. */
export const REQUIRED_GLIBC = '2.38';

/** Version of the C library this process runs on, or undefined where that is not glibc (musl, macOS). */
export function runtimeGlibcVersion(): string | undefined {
  const report: unknown = process.report.getReport();
  const header = typeof report === 'object' && report !== null && 'header' in report ? report.header : undefined;
  const version =
    typeof header === 'object' && header !== null && 'glibcVersionRuntime' in header
      ? header.glibcVersionRuntime
      : undefined;
  return typeof version === 'string' ? version : undefined;
}

/** True where `version` ("2.41", also "2.41-12+deb13u5") is at least `required` ("2.38"), by major and minor number. */
export function isGlibcAtLeast(version: string, required: string): boolean {
  const [major = 0, minor = 0] = version.split(/[.-]/).map(Number);
  const [requiredMajor = 0, requiredMinor = 0] = required.split('.').map(Number);
  return major > requiredMajor || (major === requiredMajor && minor >= requiredMinor);
}
