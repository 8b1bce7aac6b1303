@echo off
rem The command `tillbridge` of a built program: its code, run with its own runtime.
rem It changes nothing in the working directory.
rem The service runs for weeks and does little: a fifth less memory, and no sale takes longer (docs/benchmarks.md).
set "tillbridge_flags="
if "%~1"=="daemon" set "tillbridge_flags=--max-semi-space-size=1 --no-opt"
"%~dp0..\runtime\node.exe" %tillbridge_flags% "%~dp0..\app\main.js" %*
